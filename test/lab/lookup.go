// Lookup is an application that resolves names, again and again, and reports failures in the words and forms that
// applications use. It is compiled in the tests, with every kind of resolver that Go can have.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// The ways an application comes to look a name up.
var ways = map[string]func(ctx context.Context, name string) error{
	"host": func(ctx context.Context, name string) error {
		_, err := net.DefaultResolver.LookupHost(ctx, name)
		return err
	},
	"addr": func(ctx context.Context, address string) error {
		_, err := net.DefaultResolver.LookupAddr(ctx, address)
		return err
	},
	"dial": func(ctx context.Context, name string) error {
		connection, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(name, "80"))
		if err != nil {
			return err
		}
		return connection.Close()
	},
	"http": func(ctx context.Context, name string) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+name+"/", nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		return response.Body.Close()
	},
}

// The forms in which a failure reaches the log.
var forms = map[string]func(name string, err error){
	"log": func(name string, err error) {
		log.Printf("lookup of %s failed: %v", name, err)
	},
	"wrapped": func(name string, err error) {
		err = fmt.Errorf("connect to database %s: %w", name, err)
		log.Print(fmt.Errorf("load configuration: %w", err))
	},
	"joined": func(name string, err error) {
		log.Print(joined{errors.New("cache is cold"), err})
	},
	"json": func(name string, err error) {
		line, _ := json.Marshal(struct {
			Time  time.Time `json:"time"`
			Level string    `json:"level"`
			Msg   string    `json:"msg"`
			Host  string    `json:"host"`
			Err   string    `json:"err"`
		}{time.Now(), "ERROR", "request failed", name, err.Error()})
		fmt.Println(string(line))
	},
}

// joined prints like the error of errors.Join, which Go 1.19 does not have.
type joined []error

func (errs joined) Error() string {
	texts := make([]string, len(errs))
	for i, err := range errs {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "\n")
}

// The ways an application runs out of what a lookup needs: it opens and never closes, until there is no more.
var leaks = map[string]func(){
	"": func() {},
	"files": func() {
		for {
			file, err := os.Open(os.DevNull)
			if err != nil {
				return
			}
			leaked = append(leaked, file)
		}
	},
	"ports": func() {
		for {
			socket, err := net.ListenPacket("udp", ":0")
			if err != nil {
				return
			}
			leaked = append(leaked, socket)
		}
	},
}

// leaked keeps what was opened from the garbage collector, which would close it.
var leaked []interface{}

func main() {
	how := flag.String("how", "host", "host, addr, dial or http")
	form := flag.String("form", "log", "log, wrapped, joined or json; several, with commas, take turns")
	count := flag.Int("count", 1, "how often to look every name up")
	every := flag.Duration("every", 10*time.Millisecond, "pause between two rounds")
	timeout := flag.Duration("timeout", time.Minute, "time the caller gives a lookup")
	leak := flag.String("leak", "", "leak files or ports after the first round")
	flag.Parse()

	reports := strings.Split(*form, ",")
	failures := 0
	for round := 0; round < *count; round++ {
		if round > 0 {
			time.Sleep(*every)
		}
		if round == 1 {
			leaks[*leak]()
		}
		for _, name := range flag.Args() {
			ctx, cancel := context.WithTimeout(context.Background(), *timeout)
			if err := ways[*how](ctx, name); err != nil {
				forms[reports[failures%len(reports)]](name, err)
				failures++
			}
			cancel()
		}
	}
}
