"""The facts the product starts from: quartiers, nomenclature, partners, illustrative conventions."""
