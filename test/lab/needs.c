/* A program that does nothing but ask for what one C library has and another has not. */
#include <fcntl.h>
#include <stdio.h>

#ifdef EXTRA
void extra(void);
#endif
#ifdef LATER
void later(void);
#endif

int main(int count, char **words) {
  if (count > 1) {
    printf("%s %d\n", words[1], fcntl(0, F_GETFD));
#ifdef EXTRA
    extra();
#endif
#ifdef LATER
    later();
#endif
  }
  return 0;
}
