"""Reports on the past of a home: figures, text and picture; trials of noise limits."""
