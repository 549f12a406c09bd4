package dev.nptune.kernel.recipe;

/// PKGBUILDs in the forms that kernel packages have.
final class ArchFixtures {
    private ArchFixtures() {}

    /// A loop over all sources, braces in a source, two kinds of checksums.
    static final String LOOP = """
            # Maintainer: somebody

            pkgbase=linux
            pkgver=6.12.4.arch1
            pkgrel=1
            pkgdesc='Linux'
            url='https://example.org/linux'
            arch=(x86_64)
            makedepends=(
              bc
              cpio
              python # for the scripts
            )
            options=(
              !debug
              !strip
            )
            _srcname=linux-${pkgver%.*}
            _srctag=v${pkgver%.*}-${pkgver##*.}
            source=(
              https://example.org/v${pkgver%%.*}.x/${_srcname}.tar.{xz,sign}
              $url/releases/$_srctag/linux-$_srctag.patch.zst{,.sig}
              config  # the main kernel config file
            )
            validpgpkeys=(
              ABAF11C65A2970B130ABE3C479BE3E4300411886  # it's theirs
            )
            sha256sums=('8b7a7c2f0c0d4d8e0c3f7f0f0d5ad4d7b2c4b3a0e6e3e6a5d5a8d6ba3b1f9c01'
                        'SKIP'
                        '11f26e4c1d9ad8e5a0ddc7fd9ffd4f2e3a0d4d1aa3dcf5b7d4b2c9a5f6f0aa02'
                        'SKIP'
                        '33d8b7bb3e1a9db4ac8a1df5f7f5d5c5b8c0a65dd1f8c3a6b7f4a2f4f9b0cc03')
            b2sums=('aa'
                    'SKIP'
                    'bb'
                    'SKIP'
                    'cc')

            export KBUILD_BUILD_USER=$pkgbase
            export KBUILD_BUILD_TIMESTAMP="$(date -Ru${SOURCE_DATE_EPOCH:+d @$SOURCE_DATE_EPOCH})"

            prepare() {
              cd $_srcname

              echo "Setting version..."
              echo "-$pkgrel" > localversion.10-pkgrel
              echo "${pkgbase#linux}" > localversion.20-pkgname

              local src
              for src in "${source[@]}"; do
                src="${src%%::*}"
                src="${src##*/}"
                src="${src%.zst}"
                [[ $src = *.patch ]] || continue
                echo "Applying patch $src..."
                patch -Np1 < "../$src"
              done

              cp ../config .config
              make olddefconfig
              diff -u ../config .config || :
            }

            build() {
              cd $_srcname
              make all
            }

            _package() {
              pkgdesc="The $pkgdesc kernel and modules"
              local modulesdir="$pkgdir/usr/lib/modules/$(<version)"
              cat > "$pkgdir/note" <<END
            # it's a note with a ) and a '
            END
            }

            pkgname=(
              "$pkgbase"
              "$pkgbase-headers"
            )
            for _p in "${pkgname[@]}"; do
              eval "package_$_p() {
                $(declare -f "_package${_p#$pkgbase}")
                _package${_p#$pkgbase}
              }"
            done

            # vim:set ts=8 sts=2 sw=2 et:
            """;

    /// Everything on one line, patches by name, no loop.
    static final String BY_NAME = """
            pkgname=linux-mine
            pkgver=6.6.1
            source=("https://example.org/linux-${pkgver}.tar.xz" 'config' "first.patch")
            sha512sums=('SKIP' "SKIP" '0123')
            prepare() {
                cd "${srcdir}/linux-${pkgver}"
                patch -p1 -i ../first.patch   # needed
                if [ -n "$_more" ]; then
                    patch -Np1 < ../more.patch
                fi
                cp ../config .config
            }
            build() { cd "${srcdir}/linux-${pkgver}"; make; }
            """;

    /// Sources that depend on options, after which nothing may be counted.
    static final String OPTIONS = """
            : "${_sched:=bore}"
            _is_lto() { [[ "$_lto" = "thin" || "$_lto" = "full" ]]; }
            pkgbase="linux-$_suffix"
            _srcname=linux-${pkgver}
            source=(
                "https://example.org/${_srcname}.tar.gz"
                "config"
            )
            if _is_lto; then
                source+=("https://example.org/clang.patch")
            fi
            case "$_sched" in
                bore|hardened) source+=("https://example.org/bore.patch");;
                eevdf) ;;
                *) echo "unknown" >&2 && exit 1 ;;
            esac
            prepare() {
                cd "$_srcname"
                local src
                for src in "${source[@]}"; do
                    [[ "$src" = *.patch ]] || continue
                    patch -Np1 < "../$src"
                done
            }
            build() {
                cd "$_srcname" && make
            }
            b2sums=('aa'
                    'bb'
                    'cc')
            """;

    /// No prepare(); the source is for one architecture; an array grows.
    static final String BARE = """
            pkgname=linux-small
            pkgver=6.1
            source_x86_64=(linux-$pkgver.tar.xz)
            source_x86_64+=(config)
            md5sums_x86_64=(SKIP)
            md5sums_x86_64+=(SKIP)

            build() {
              cd linux-$pkgver
              make
            }
            """;
}
