"""What is late is told to whom the convention says, level by level, each level once."""
