"""The casework: incidents, their append-only events, the clocks folded from them. Open lifecycle.py first."""
