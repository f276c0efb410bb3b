// Command sqlite-glibc looks names up again and again, keeps what came of it in SQLite, and shows it on a page. SQLite is C:
// with cgo in the binary, glibc's resolver is in it too.
package main

import (
	"context"
	"database/sql"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	_ "github.com/mattn/go-sqlite3"
)

// row is a name with what came of looking it up.
type row struct {
	Name, Last     string
	Lookups, Fails int
}

var page = template.Must(template.New("page").Parse(`<!doctype html><html lang="en"><title>sqlite-glibc</title>
<h1>Lookups</h1><table><tr><th>name<th>lookups<th>failed<th>last</tr>
{{range .}}<tr><td>{{.Name}}<td>{{.Lookups}}<td>{{.Fails}}<td>{{.Last}}</tr>{{end}}</table>`))

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := logTo(os.Getenv("LOG")); err != nil {
		slog.Error("cannot log", "error", err)
		os.Exit(1)
	}
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))

	db, err := open()
	if err != nil {
		slog.Error("cannot open the database", "error", err)
		os.Exit(1)
	}
	defer db.Close()
	go every(ctx, 2*time.Second, func() {
		for _, name := range strings.Fields(os.Getenv("LOOKUP")) {
			if err := lookUp(ctx, db, name); err != nil {
				slog.Error("cannot keep it", "error", err)
			}
		}
	})

	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		rows, err := read(r.Context(), db)
		if err == nil {
			err = page.Execute(w, rows)
		}
		if err != nil {
			slog.Error("page", "error", err)
		}
	})
	serve(ctx, ":8080")
}

// open makes a database in memory: one connection, for each has a memory of its own.
func open() (*sql.DB, error) {
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec(`CREATE TABLE lookups (name TEXT, failed INTEGER, said TEXT, at INTEGER)`)
	return db, err
}

func lookUp(ctx context.Context, db *sql.DB, name string) error {
	within, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	begin := time.Now()
	addresses, err := net.DefaultResolver.LookupHost(within, name)
	took := time.Since(begin).Round(time.Millisecond).String()
	said := strings.Join(addresses, " ")
	if err != nil {
		said = err.Error()
		slog.Error("lookup failed", "error", err, "took", took)
	} else {
		slog.Info("looked up", "name", name, "addresses", said, "took", took)
	}
	const forget = `DELETE FROM lookups WHERE at < ?`
	if _, err := db.ExecContext(ctx, forget, begin.Add(-time.Hour).Unix()); err != nil {
		return err
	}
	const keep = `INSERT INTO lookups VALUES (?, ?, ?, ?)`
	_, kept := db.ExecContext(ctx, keep, name, err != nil, said, begin.Unix())
	return kept
}

func read(ctx context.Context, db *sql.DB) ([]row, error) {
	// Beside max() a bare column is of the row that has it: https://sqlite.org/lang_select.html#bareagg
	const ask = `SELECT name, count(*), sum(failed), said, max(rowid) FROM lookups GROUP BY name`
	all, err := db.QueryContext(ctx, ask)
	if err != nil {
		return nil, err
	}
	defer all.Close()
	var rows []row
	for all.Next() {
		var r row
		var newest int
		if err := all.Scan(&r.Name, &r.Lookups, &r.Fails, &r.Last, &newest); err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, all.Err()
}

// logTo puts a file in the place of standard error, for images without a shell to do it: what GODEBUG=netdns prints goes
// there, whichever logger a program has.
func logTo(path string) error {
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	return syscall.Dup3(int(file.Fd()), syscall.Stderr, 0)
}

func every(ctx context.Context, pause time.Duration, do func()) {
	for {
		do()
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// serve ends when the context does, and lets requests that run come to their end.
func serve(ctx context.Context, address string) {
	server := &http.Server{Addr: address, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.Shutdown(last)
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		slog.Error("cannot serve", "error", err)
		os.Exit(1)
	}
}
