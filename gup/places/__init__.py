"""Where it happens: quartiers and their perimeters, residences, the spots inside them, their QR codes."""
