"""I announce: the manifests and icons of the apps, generated from the routes."""
