"""Sources that keep themselves current: what lies now in a folder, on a website, in a repository or on a WebDAV
server."""
