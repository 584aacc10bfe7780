"""QR posters and stickers: what they say of a place, and who may print them."""
