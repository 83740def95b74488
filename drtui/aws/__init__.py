"""Everything that speaks to AWS; boto3 and botocore are imported nowhere else."""
