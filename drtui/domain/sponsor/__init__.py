"""The second door: what drtui needs of the sponsor's own AWS account, by capability.

Each module here says by a Protocol what one of AWS's services is needed for; `drtui.aws.sponsor`
implements it. Every method may raise `failures.SponsorError` and nothing else, and sends each call
once.
"""
