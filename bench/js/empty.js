// Nothing: what remains is starting and ending.
