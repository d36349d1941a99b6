"""Writers of the reports: one module per format, all from the same verdict and findings."""
