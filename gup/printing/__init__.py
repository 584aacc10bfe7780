"""Documents for paper and for readers of tags: a template, words, and the typesetter apart from everything else."""
