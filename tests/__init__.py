import os

# Before Polars is there: the workers of pytest share the cores already.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
