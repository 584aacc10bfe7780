"""What conventions promise beyond delays: passages, walks, availability and dated actions, recorded and judged."""
