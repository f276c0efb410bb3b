// Looks up a name: what it is built to is inspected, by every release of Go that is there.
package main

import (
	"net"
	"os"

	"example.org/greeting"
)

func main() {
	addresses, err := net.LookupHost(greeting.Name)
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	println(addresses[0])
}
