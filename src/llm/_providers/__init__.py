"""The built-in models: endpoints and profiles as data, over the codecs."""
