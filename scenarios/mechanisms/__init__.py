"""The coded kinds of intervention, by layer of their usual measures."""
