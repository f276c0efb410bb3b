// Package greeting is a dependency that is replaced by a directory.
package greeting

// Name is what is looked up.
const Name = "localhost"
