"""Commands besides the gate: lint, draw, freeze, contact sheets, the relay, and the process of Locust."""
