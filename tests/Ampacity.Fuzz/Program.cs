using Ampacity.Fuzz;
using SharpFuzz;

// Targets are run by afl-fuzz, which gives the input by stdin: see README.md beside this file.
switch (args)
{
    case ["seeds", var folder]:
        Seeds.Write(folder);
        return 0;
    case ["replay", var target, .. var files] when FuzzTarget.Find(target) is { } found:
        foreach (var file in files)
        {
            Console.WriteLine(file);
            Console.WriteLine($"  {found.Check(File.ReadAllBytes(file))}");
        }

        return 0;
    case [var target] when FuzzTarget.Find(target) is { } found:
        Fuzzer.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            found.Check(input.ToArray());
        });
        return 0;
    default:
        Console.Error.WriteLine($"use: Ampacity.Fuzz TARGET | replay TARGET FILE… | seeds FOLDER; targets: {string.Join(", ", FuzzTarget.All.Select(target => target.Name))}");
        return 2;
}
