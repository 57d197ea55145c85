using System.Text;

namespace Ampacity.Simulator;

/// <summary>Lines of a text, none longer than a limit: a file without line ends must not be read into memory whole.</summary>
internal sealed class BoundedLines(TextReader reader, int maxChars)
{
    private readonly char[] _buffer = new char[32 * 1024];
    private readonly StringBuilder _line = new();
    private int _at;
    private int _length;
    private bool _ended;

    /// <summary>The next line without its end, or null after the last.</summary>
    /// <exception cref="InvalidDataException">A line is too long.</exception>
    public async ValueTask<string?> NextAsync(CancellationToken cancellationToken)
    {
        _line.Clear();
        while (true)
        {
            if (_at == _length)
            {
                if (_ended || (_length = await reader.ReadAsync(_buffer, cancellationToken)) == 0)
                {
                    _at = _length = 0;
                    var hadMore = !_ended && _line.Length > 0;
                    _ended = true;
                    return hadMore ? _line.ToString() : null;
                }

                _at = 0;
            }

            var end = _buffer.AsSpan(_at, _length - _at).IndexOf('\n');
            var count = end < 0 ? _length - _at : end;
            if (_line.Length + count > maxChars)
            {
                throw new InvalidDataException($"a line of more than {maxChars} characters");
            }

            _line.Append(_buffer, _at, count);
            _at += count;
            if (end >= 0)
            {
                _at++;
                return _line.ToString().TrimEnd('\r');
            }
        }
    }
}
