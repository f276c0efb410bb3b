// Sockets is an application that handles its UDP sockets badly. When it has done so, or can no more, it says a line;
// it ends, and lets go of all sockets, when its standard input does.
//
//	sockets leak  ADDRESS COUNT OVER   a client made anew for each request: connected sockets that are never closed
//	sockets flows ADDRESS COUNT OVER   DNS queries that nobody waits for, each from a source port of its own
//	sockets unread ADDRESS COUNT       a DNS client with a small buffer that reads no answer
//	sockets deaf ADDRESS COUNT         a server there with a small buffer, which reads nothing of what it is sent
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"
	"time"
)

// firstPort begins the source ports of flows: outside of every default range.
const firstPort = 2000

var modes = map[string]func(address string, count int, over time.Duration) error{
	"leak":   leak,
	"flows":  flows,
	"unread": unread,
	"deaf":   deaf,
}

func main() {
	over := time.Duration(0)
	if len(os.Args) > 4 {
		over, _ = time.ParseDuration(os.Args[4])
	}
	count, err := strconv.Atoi(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	if err := modes[os.Args[1]](os.Args[2], count, over); err != nil {
		fmt.Println(err)
	} else {
		fmt.Println("done")
	}
	select {}
}

// steps calls do as often as it is to be, evenly over a time.
func steps(count int, over time.Duration, do func(step int) error) error {
	began := time.Now()
	for step := 0; step < count; step++ {
		time.Sleep(time.Until(began.Add(over * time.Duration(step) / time.Duration(count))))
		if err := do(step); err != nil {
			return err
		}
	}
	return nil
}

// open keeps sockets from the garbage collector, which would close them.
var open []net.Conn

func leak(address string, count int, over time.Duration) error {
	return steps(count, over, func(int) error {
		socket, err := net.Dial("udp", address)
		if err == nil {
			open = append(open, socket)
		}
		return err
	})
}

func flows(address string, count int, over time.Duration) error {
	return steps(count, over, func(step int) error {
		from := net.Dialer{LocalAddr: &net.UDPAddr{Port: firstPort + step}}
		socket, err := from.Dial("udp", address)
		if err != nil {
			return err
		}
		defer socket.Close()
		_, err = socket.Write(query("silence"))
		return err
	})
}

func unread(address string, count int, _ time.Duration) error {
	socket, err := net.Dial("udp", address)
	if err != nil {
		return err
	}
	open = append(open, socket)
	return sendTo(socket, socket.(*net.UDPConn), count)
}

func deaf(address string, count int, _ time.Duration) error {
	server, err := net.ListenPacket("udp", address)
	if err != nil {
		return err
	}
	client, err := net.Dial("udp", address)
	if err != nil {
		return err
	}
	defer client.Close()
	open = append(open, server.(*net.UDPConn))
	return sendTo(client, server.(*net.UDPConn), count)
}

// sendTo sends so many queries; what comes of it fills the receiver's buffer, the smallest that there is (socket(7)).
func sendTo(socket net.Conn, receiver *net.UDPConn, count int) error {
	if err := receiver.SetReadBuffer(1); err != nil {
		return err
	}
	return steps(count, 0, func(int) error {
		_, err := socket.Write(query("ok"))
		return err
	})
}

// query asks for the address of LABEL.test: RFC 1035, section 4.1.
func query(label string) []byte {
	message := []byte{0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	for _, part := range []string{label, "test", ""} {
		message = append(append(message, byte(len(part))), part...)
	}
	return append(message, 0, 1, 0, 1)
}
