"""The monthly GUP report: figures from events, a document that can always be built again to the same figures."""
