"""From replies to judgements, findings, verdict and reports."""
