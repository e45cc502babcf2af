"""Those who run it: who asks for what, and the long acts that were asked for."""
