"""The outside world made safe: DOL's files in, one truthful Parquet lake out."""
