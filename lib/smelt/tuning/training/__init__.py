"""The run: TRL trains, this room binds it to its release, keeps its losses honest and stops it in time."""
