"""What ``thrum doctor`` looks at: one module per subject, every root an argument."""
