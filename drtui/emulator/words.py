"""Names for seeded racers: believable ones, and the ones that break a careless console."""

FIRST_NAMES = (
    "Ada", "Aiko", "Amara", "Anwar", "Bashir", "Beatriz", "Chidi", "Chloe", "Dara", "Dorothea",
    "Elif", "Emre", "Farid", "Freya", "Gita", "Goran", "Hana", "Hiro", "Ines", "Isak", "Jonas",
    "Jun", "Kavya", "Kwame", "Lena", "Luca", "Malik", "Mei", "Nadia", "Noor", "Olu", "Otto",
    "Pia", "Priya", "Quentin", "Rafael", "Rosa", "Sana", "Stefan", "Tala", "Tomas", "Uma",
    "Viktor", "Wanjiru", "Xenia", "Yusuf", "Zoe",
)  # fmt: skip

HANDLES = (
    "ApexHunter", "BrakeLate", "ChicaneKid", "DriftKing", "FastLap", "GripAndGo", "InsideLine",
    "KerbRider", "LapCounter", "PitStop", "PolePosition", "RewardHacker", "SlipStream",
    "TrackLimits", "TurboNet", "WheelSpin",
)  # fmt: skip

DOMAINS = ("example.org", "example.com", "students.example.edu", "race-day.example.net")

HOSTILE_ALIASES = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;renamed\x07title",
    "bell\x07 and\x00nul",
    "two\nlines\tand\ra return",
    "[bold red]Mallory[/bold red]",
    "[/] [@click=app.quit]quit[/]",
    "\u202egnirts desrever",
    "left\u2066isolated\u2069right\u200f",
    "\U0001f3ce\ufe0f\U0001f469\u200d\U0001f680 racer \U0001f1e6\U0001f1f9",
    "W" * 64,
    '=HYPERLINK("http://example.org","win")',
    "@SUM(1+1)*cmd",
    "'; DROP TABLE profiles; --",
    "\u0633\u0627\u0626\u0642-\u0627\u0644\u0633\u0628\u0627\u0642",
    "\u8d5b\u8f66\u624b\u5feb\u901f\u8d5b\u8f66\u624b",
    "e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308 stacked",
    "zero\u200bwidth\ufeff",
    "\x9b1mC1\x85next",
    "100%_\\ like",
    "  ",
)
"""Control characters, markup, bidi, emoji, 64 wide letters, formulas, right-to-left and more."""
