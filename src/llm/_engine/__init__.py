"""How an answer is got: handlers, with one policy in each file."""
