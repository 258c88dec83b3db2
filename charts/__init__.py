"""Figures: DataFrame to plotly Figure, nothing else."""
