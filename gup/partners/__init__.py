"""Who acts: organisations, the people in them, and which places each of them may see."""
