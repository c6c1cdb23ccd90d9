"""A model in production: its logs, what they say of it, whether it moved, who is told, and whether to train anew."""
