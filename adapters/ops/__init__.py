"""For who runs bmm: is it alive, is it ready, what does it do, and what is wrong with a set-up."""
