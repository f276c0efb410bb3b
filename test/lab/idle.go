// Idle is an application that does nothing: it says a line, and ends when its standard input does.
package main

import (
	"io"
	"os"
)

func main() {
	_, _ = os.Stdout.WriteString("idle\n")
	_, _ = io.Copy(io.Discard, os.Stdin)
}
