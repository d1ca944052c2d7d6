"""What an attempt was made from: engine, packages, config, commit. One reader a file."""
