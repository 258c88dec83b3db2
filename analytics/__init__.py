"""Questions put to the lake: LazyFrame to LazyFrame, no input or output."""
