// Addresses looks names up with Go's own resolver, and prints for each, tab-separated: name, outcome, error, ms,
// addresses in order.
//
//	addresses unspec|inet|inet6 IGNORED NAME...
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

var networks = map[string]string{"unspec": "ip", "inet": "ip4", "inet6": "ip6"}

func outcome(err error) string {
	var failure *net.DNSError
	switch {
	case err == nil:
		return "ok"
	case !errors.As(err, &failure):
		return "failed"
	case failure.IsNotFound:
		return "not-found"
	case failure.IsTimeout:
		return "timeout"
	case failure.IsTemporary:
		return "try-again"
	}
	return "failed"
}

func main() {
	network := networks[os.Args[1]]
	for _, name := range os.Args[3:] {
		began := time.Now()
		ips, err := net.DefaultResolver.LookupIP(context.Background(), network, name)
		took := float64(time.Since(began).Microseconds()) / 1000
		text := ""
		if err != nil {
			text = err.Error()
		}
		addresses := make([]string, len(ips))
		for i, ip := range ips {
			addresses[i] = ip.String()
		}
		fmt.Printf("%s\t%s\t%s\t%.3f\t%s\n", name, outcome(err), text, took, strings.Join(addresses, " "))
	}
}
