"""The bridge at a terminal: commands over the methods that an editor calls, and `serve`, by which it calls them."""
