"""A convention and all that happened under it, as one archive that another administration can take over from."""
