"""The bilan: the published months of a year summed, quartier by quartier and promise by promise."""
