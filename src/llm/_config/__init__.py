"""What the user has set down: the files of the user directory, and the environment."""
