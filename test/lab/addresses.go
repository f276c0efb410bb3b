// Addresses looks names up with Go's own resolver, and prints for each, tab-separated: name, error, addresses in order.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
)

func main() {
	for _, name := range os.Args[1:] {
		ips, err := net.DefaultResolver.LookupIP(context.Background(), "ip", name)
		text := ""
		if err != nil {
			text = err.Error()
		}
		addresses := make([]string, len(ips))
		for i, ip := range ips {
			addresses[i] = ip.String()
		}
		fmt.Printf("%s\t%s\t%s\n", name, text, strings.Join(addresses, " "))
	}
}
