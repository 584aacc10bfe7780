"""The door of the stairwell: what a QR code opens, without an account."""
