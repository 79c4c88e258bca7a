"""Reading of proxy configurations: files in, the models of `mtlsguard.lint` out."""
