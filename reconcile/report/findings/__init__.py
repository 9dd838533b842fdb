"""What ``check`` found, for readers and for machines: one finding, many ways out."""
