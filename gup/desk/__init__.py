"""Pages for people at a desk: one file a page family, each view with its form beside it."""
