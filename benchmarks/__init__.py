"""What the integration costs, measured against the simulated cloud: see scripts/bench."""
