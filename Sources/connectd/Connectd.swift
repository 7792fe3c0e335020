@main
struct Connectd {
    static func main() async {}
}
