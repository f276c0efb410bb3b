// Looks up a name, beside C code that does so itself.
package main

// #include <netdb.h>
// #include <sys/socket.h>
import "C"

import (
	"net"
	"os"
)

func main() {
	var found *C.struct_addrinfo
	C.getaddrinfo(C.CString("127.0.0.1"), nil, nil, &found)
	addresses, err := net.LookupHost("localhost")
	if err != nil || found == nil {
		os.Exit(1)
	}
	println(addresses[0])
}
