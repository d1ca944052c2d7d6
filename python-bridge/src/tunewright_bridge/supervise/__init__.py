"""What carries an attempt while no window is open: supervisor, recorder, stopping, adoption."""
