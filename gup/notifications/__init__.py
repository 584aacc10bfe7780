"""Who is told what: the domain writes outbox rows, a channel delivers them, nothing else touches the network."""
